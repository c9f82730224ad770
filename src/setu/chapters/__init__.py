"""Running chapters: their demos, their apps, and the SQL that they send."""
