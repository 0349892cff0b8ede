"""The diary's file, its journal and its lock."""
