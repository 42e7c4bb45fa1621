#!/usr/bin/env python3
"""The name of earlier versions for 'claude-bot config check'; takes its options."""
import os
import sys

os.execvp("claude-bot", ["claude-bot", "config", "check", *sys.argv[1:]])
