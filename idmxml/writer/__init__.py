"""Writes into the files of users: new elements and settings, with the comments and layout of what is there kept."""
