using System.CommandLine;
using ClaudeBot.Playground.Demo;

var root = new RootCommand("A local playground for Claude Bot: a stand-in for GitHub on this machine. It is not GitHub, and nothing leaves this machine.")
{
    TryCommand.Create(),
    DemoCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
