"""The command line: reads its words and the environment, calls the program, prints, and exits."""
