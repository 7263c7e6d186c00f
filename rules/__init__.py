"""What a reader wants to know about, as text files, and the judge that applies them.

`load_folder` reads rule files, `Matcher` judges documents by them, `run_tests` runs the tests inside them.
"""

from rules.errors import RulesError, RulesInvalid
from rules.explain import Explainer, Explanation, Step
from rules.explain_phrases import Phrases
from rules.loader import load_folder, load_texts, shipped_watches
from rules.matcher import Matcher
from rules.model import DENIAL, Document, Evidence, Judgement, Match, Priority, Rule, RuleSet, Watch
from rules.problems import Problem, Severity
from rules.selftest import Failure, run_tests
from rules.text import ANALYSIS_VERSION, Word, fold, index_tokens, words

__all__ = [
    "ANALYSIS_VERSION",
    "DENIAL",
    "Document",
    "Evidence",
    "Explainer",
    "Explanation",
    "Failure",
    "Judgement",
    "Match",
    "Matcher",
    "Phrases",
    "Priority",
    "Problem",
    "Rule",
    "RuleSet",
    "RulesError",
    "RulesInvalid",
    "Severity",
    "Step",
    "Watch",
    "Word",
    "fold",
    "index_tokens",
    "load_folder",
    "load_texts",
    "run_tests",
    "shipped_watches",
    "words",
]
