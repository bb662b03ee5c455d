"""What a person is shown: charts (results and an Axes in, the Axes out)."""
