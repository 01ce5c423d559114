"""Alerts by Web Push: from the edge straight to the push service of the phone's browser, readable by that phone alone."""
