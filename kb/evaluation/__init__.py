"""How good is it? Judged collections, measures, and a report; what runs is what the site runs."""
