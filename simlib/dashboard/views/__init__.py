"""What the page shows of a result, as HTML: pure functions of a result and the words of a language. No widget here."""
