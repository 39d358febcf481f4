"""Passwords that somebody used before, as hashes, so that they are not used again at once."""

from django.db import models

from apps.org.models.user import User


class UsedPassword(models.Model):
    """One earlier password of a user; only the last few are kept. Deliberately without history."""

    user = models.ForeignKey(User, models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.user)
