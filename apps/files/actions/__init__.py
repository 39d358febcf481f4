"""The verbs of the file room."""

from apps.files.actions.expire import expire_files
from apps.files.actions.keep import keep_file, open_file

__all__ = ["expire_files", "keep_file", "open_file"]
