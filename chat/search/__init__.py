"""Finding messages: text into words, typed queries into what they ask, and what to show of what was found. Pure."""

from chat.search.query import QUERY_LENGTH, Days, Filter, Query, Term, first_moment, parse
from chat.search.snippets import Snippet, snippet
from chat.search.words import vector

__all__ = ["QUERY_LENGTH", "Days", "Filter", "Query", "Snippet", "Term", "first_moment", "parse", "snippet", "vector"]
