"""Its being here puts this folder on the path: tests of every kind can import the builders beside it."""
