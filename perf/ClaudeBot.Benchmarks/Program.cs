using System.CommandLine;
using ClaudeBot.Benchmarks;
using ClaudeBot.Benchmarks.Pages;
using ClaudeBot.Benchmarks.Webhooks;
using ClaudeBot.Benchmarks.Workspaces;

var time = TimeProvider.System;
var output = new Option<string>("--output") { Description = "The folder for results and scratch data; on a real disk.", DefaultValueFactory = _ => "artifacts/perf" };
var rounds = new Option<int>("--rounds") { Description = "How often each contender runs, in turns.", DefaultValueFactory = _ => 5 };
var peer = new Option<string>("--probot") { Description = "The folder that holds app.mjs and probot's node_modules.", DefaultValueFactory = _ => "artifacts/npm/perf" };
var seconds = new Option<int>("--seconds") { Description = "Length of one measured load.", DefaultValueFactory = _ => 8 };
var logLevel = new Option<string>("--log-level") { Description = "warning or info, for every contender.", DefaultValueFactory = _ => "warning" };
logLevel.AcceptOnlyFromAmong("warning", "info");

var webhooks = new Command("webhooks", "The webhook door beside probot.") { output, rounds, peer, seconds, logLevel };
webhooks.SetAction((parsed, cancellationToken) => new WebhookBenchmark(
    new WebhookPlan
    {
        Output = Path.GetFullPath(parsed.GetValue(output)!),
        Probot = Path.GetFullPath(parsed.GetValue(peer)!),
        Rounds = parsed.GetValue(rounds),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        IsVerbose = parsed.GetValue(logLevel) == "info",
    },
    time).RunAsync(cancellationToken));

var files = new Option<int>("--files") { Description = "Files in the repository.", DefaultValueFactory = _ => 10_000 };
var commits = new Option<int>("--commits") { Description = "Commits in the repository.", DefaultValueFactory = _ => 300 };
var workspaces = new Command("workspaces", "A workspace from the mirror beside a fresh clone.") { output, rounds, files, commits };
workspaces.SetAction((parsed, cancellationToken) => new WorkspaceBenchmark(
    Path.GetFullPath(parsed.GetValue(output)!), parsed.GetValue(rounds), parsed.GetValue(files), parsed.GetValue(commits), time).RunAsync(cancellationToken));

var tasks = new Option<int>("--tasks") { Description = "Tasks in the full ledger.", DefaultValueFactory = _ => 100_000 };
var pages = new Command("pages", "The status web with many tasks beside one.") { output, tasks, seconds };
pages.SetAction((parsed, cancellationToken) => new PagesBenchmark(
    Path.GetFullPath(parsed.GetValue(output)!), parsed.GetValue(tasks), TimeSpan.FromSeconds(parsed.GetValue(seconds)), time).RunAsync(cancellationToken));

var data = new Option<string>("--data") { Required = true };
var port = new Option<int>("--port") { Required = true };
var door = new Command("door", "Serves the bare webhook door until it is ended.") { data, port };
door.Hidden = true;
var statusWeb = new Command("status-web", "Serves the status web over a ledger of that many tasks until it is ended.") { data, port, tasks };
statusWeb.SetAction((parsed, cancellationToken) => PagesServer.RunAsync(parsed.GetValue(data)!, parsed.GetValue(port), parsed.GetValue(tasks), cancellationToken));
statusWeb.Hidden = true;
door.SetAction((parsed, cancellationToken) => BareDoor.RunAsync(parsed.GetValue(data)!, parsed.GetValue(port), cancellationToken));

try
{
    return await new RootCommand("Benchmarks of Claude Bot, each beside its peer.") { webhooks, workspaces, pages, door, statusWeb }
        .Parse(args)
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchmarkException fault)
{
    await Console.Error.WriteLineAsync($"error: {fault.Message}");
    return 1;
}
