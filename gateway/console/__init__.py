"""The duty phone: what it shows at one instant, from SQL. Its pages are in ``gateway.pages.console``."""
