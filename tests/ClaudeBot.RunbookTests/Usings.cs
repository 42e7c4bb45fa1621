global using Shouldly;
global using Xunit;
global using ClaudeBot.Tests;
