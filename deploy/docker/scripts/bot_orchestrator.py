#!/usr/bin/env python3
"""The name of earlier versions: with --once it is 'claude-bot once', else 'claude-bot run'. Other options are gone."""
import os
import sys

os.execvp("claude-bot", ["claude-bot", "once" if "--once" in sys.argv[1:] else "run"])
