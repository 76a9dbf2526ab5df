"""From text to terms: languages, the analyzer, and the spans that snippets show."""
