"""For authors of rules: cases in XML files, run as the project's own."""
