#!/usr/bin/env python3
"""The name of earlier versions for 'claude-bot status report'; takes its options."""
import os
import sys

os.execvp("claude-bot", ["claude-bot", "status", "report", *sys.argv[1:]])
