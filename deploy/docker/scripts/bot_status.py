#!/usr/bin/env python3
"""The name of earlier versions for 'claude-bot status show'; takes its options."""
import os
import sys

os.execvp("claude-bot", ["claude-bot", "status", "show", *sys.argv[1:]])
