"""What is done once a day."""

from django.db import models


class Daily(models.Model):
    """The last day something was done for; whoever does it locks the row, so it is done once however many try."""

    name = models.CharField(max_length=40, primary_key=True)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.name}: {self.day}"
