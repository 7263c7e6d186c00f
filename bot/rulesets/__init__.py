"""Rule sets as a whole: candidates, what a change of rules would have meant, and how one comes into force."""
