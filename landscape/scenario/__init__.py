"""Everything a visitor can set, as one hashable record that links and files represent exactly."""

from landscape.scenario.records import Data, Run, Training, View
from landscape.scenario.scenario import Scenario, query_string, read_json, read_query

__all__ = ["Data", "Run", "Scenario", "Training", "View", "query_string", "read_json", "read_query"]
