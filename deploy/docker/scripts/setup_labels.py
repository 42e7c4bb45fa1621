#!/usr/bin/env python3
"""The name of earlier versions for 'claude-bot labels setup'; takes its options."""
import os
import sys

os.execvp("claude-bot", ["claude-bot", "labels", "setup", *sys.argv[1:]])
