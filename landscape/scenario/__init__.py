"""Everything a visitor can set, as one hashable record that a link or a file carries exactly."""

from landscape.scenario.document import read_json
from landscape.scenario.query import query_string, read_query
from landscape.scenario.records import Data, Run, Training, View
from landscape.scenario.whole import Scenario

__all__ = ["Data", "Run", "Scenario", "Training", "View", "query_string", "read_json", "read_query"]
