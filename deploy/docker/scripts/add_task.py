#!/usr/bin/env python3
"""The name of earlier versions for 'claude-bot queue add': NAME DESCRIPTION [--priority P] [--repo OWNER/NAME]."""
import os
import sys

if len(sys.argv) < 3:
    sys.exit("usage: add_task.py NAME DESCRIPTION [--priority low|medium|high|urgent] [--repo OWNER/NAME]")
name, description, *options = sys.argv[1:]
os.execvp("claude-bot", ["claude-bot", "queue", "add", "--title", name, "--description", description, *options])
