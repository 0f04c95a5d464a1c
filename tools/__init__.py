"""The book's workshop: what `make` calls. Run each from the project's folder as `python -m tools.NAME`."""
