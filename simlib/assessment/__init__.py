"""What incomes, statuses and draws amount to: poverty, transitions, targets, costs (floor 4)."""
