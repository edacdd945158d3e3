"""The bundled dataset: its files, how they are read and checked, and how they are loaded."""
