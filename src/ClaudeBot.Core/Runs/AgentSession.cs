using System.Collections.Concurrent;
using System.Globalization;
using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;
using ClaudeBot.Ledger;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Runs;

/// <summary>Starts the agent for one round, with a gateway pass of its own and what is left of the budget and the time.</summary>
public sealed partial class AgentSession(
    ICodingAgent agent,
    GatewayPasses passes,
    IRunJournal journal,
    DailyCaps caps,
    IEventLog events,
    AgentOptions options,
    LedgerOptions ledger,
    ILogger<AgentSession> logger)
{
    private const int MostBlockedNamed = 20;

    public string AgentName => agent.Name;

    /// <summary>The model for a run: by the first of the issue's labels that the policy names, else as configured; null: the agent's own.</summary>
    public string? Model(Run run, RepositoryPolicy policy)
    {
        var byLabel = run.Labels
            .Select(label => policy.LabelModels.FirstOrDefault(pair => pair.Key.Equals(label, StringComparison.OrdinalIgnoreCase)).Value)
            .FirstOrDefault(model => model is not null);
        return byLabel ?? options.Model;
    }

    /// <summary>The model to tell people of: the one that was asked for, else the one that the gateway saw at most of the work.</summary>
    public async Task<string?> ToldModelAsync(TaskId task, string? asked, CancellationToken cancellationToken) =>
        asked ?? await journal.MainModelAsync(task, cancellationToken);

    /// <summary>The task's whole budget, in US dollars: a repository may lower the operator's, never raise it.</summary>
    public decimal Budget(RepositoryPolicy policy) => Math.Min(options.BudgetUsdPerTask, policy.BudgetUsd ?? decimal.MaxValue);

    /// <summary>What the task has spent, by the gateway's meter; <paramref name="own"/>, the agent's figure, where no call was metered.</summary>
    public async Task<decimal> SpentAsync(TaskId task, decimal own, CancellationToken cancellationToken)
    {
        var spend = await journal.SpendAsync(task, cancellationToken);
        return spend.Calls > 0 ? spend.Usd : own;
    }

    /// <summary>Runs one round; null when the task's budget or time, or for a later round the day's budget, is used up before it could start.</summary>
    /// <param name="so">What earlier rounds of this run came to; null for the first.</param>
    /// <param name="round">Zero for the first.</param>
    /// <exception cref="RunEndException">A budget of the day is spent before the first round: the task waits until the day turns.</exception>
    public async Task<AgentResult?> RunAsync(Run run, Prepared prepared, string prompt, AgentSpan? so, int round, CancellationToken cancellationToken)
    {
        var budget = Budget(prepared.Policy);
        var left = budget - await SpentAsync(run.Task.Id, so?.CostUsd ?? 0, cancellationToken);
        var timeLeft = options.TaskTimeout - (so?.Duration ?? TimeSpan.Zero);
        if (left <= 0 || timeLeft <= TimeSpan.Zero)
            return null;
        if (await caps.ObjectionAsync(run.Task.Repository, cancellationToken) is { } objection)
            return round == 0 ? throw UntilTheDayTurns(objection) : null;

        var checkpoint = new AgentCheckpoint
        {
            Agent = agent.Name,
            Workspace = prepared.Workspace,
            SetUp = prepared.SetUp,
            ByHost = prepared.ByHost,
            SessionId = so?.SessionId ?? prepared.Session,
        };
        await run.Steps.BeginAsync(RunStep.Agent, checkpoint, cancellationToken);
        var kept = Task.CompletedTask;
        var blocked = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        // A session remembers what it was shown.
        var isNew = so?.SessionId is null;
        var pass = await passes.IssueAsync(run.Task.Id, run.Task.Repository, budget, cancellationToken);
        try
        {
            run.AgentStarted = true;
            var result = await RunTrace.StepAsync("agent", () => agent.RunAsync(
                new AgentRequest
                {
                    TaskId = run.Task.Id,
                    WorkTree = prepared.Workspace.Tree,
                    Home = prepared.Workspace.Home,
                    Readable = [.. prepared.Workspace.Readable, .. prepared.Images.Folder is { } pictures ? (string[])[pictures] : []],
                    Prompt = isNew ? IssuePictures.Described(prompt, prepared.Images) : prompt,
                    Images = isNew ? IssuePictures.Files(prepared.Images) : [],
                    SystemPrompt = AgentBriefing.System(prepared.Policy, prepared.Instructions),
                    Model = Model(run, prepared.Policy),
                    ResumeSession = checkpoint.SessionId,
                    Gateway = pass,
                    TranscriptPath = TranscriptPath(run, round),
                    BudgetUsd = left,
                    Timeout = timeLeft,
                    StallTimeout = options.StallTimeout,
                    OnSession = id => kept = KeepAsync(run, checkpoint with { SessionId = id }, cancellationToken),
                    OnEvent = seen =>
                    {
                        Show(run.Board, seen);
                        Log.AgentDid(logger, seen.Kind, seen.Text);
                        // A hostile agent could make up names for as long as it runs.
                        if (seen.Kind == "blocked" && (blocked.Count < MostBlockedNamed || blocked.ContainsKey(seen.Text)))
                            blocked.AddOrUpdate(seen.Text, 1, (_, times) => times + 1);
                    },
                },
                cancellationToken));
            run.SessionId = result.SessionId ?? run.SessionId;
            await kept;
            if (!blocked.IsEmpty)
                await RecordAsync(run, blocked, cancellationToken);
            await run.Steps.BeginAsync(RunStep.Agent, checkpoint with { SessionId = Worthwhile(result) }, cancellationToken);
            await run.Steps.EndAsync(RunStep.Agent, new { ending = result.Ending.ToString() }, cancellationToken);
            var spent = await SpentAsync(run.Task.Id, (so?.CostUsd ?? 0) + result.CostUsd, cancellationToken);
            run.Board.Update(progress => progress with { CostUsd = spent });
            return result.Ending == AgentEnding.Failed && passes.WasOverBudget(run.Task.Id)
                ? result with { Ending = AgentEnding.OverBudget }
                : result;
        }
        finally
        {
            passes.Revoke(pass);
        }
    }

    /// <summary>The end of a run that may spend nothing more today.</summary>
    public async Task<RunEndException> UntilTheDayTurnsAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        await caps.ObjectionAsync(repository, cancellationToken) is { } objection
            ? UntilTheDayTurns(objection)
            : new(new RunEnd.Again("The budget of the day before was spent.", NotBefore: null, CountsAttempt: false));

    private RunEndException UntilTheDayTurns(string objection) => new(new RunEnd.Again(objection, caps.DayEnds, CountsAttempt: false));

    // A session that hung, or ended in an error, would most likely do so again.
    private static string? Worthwhile(AgentResult result) =>
        result.SessionIsGone || result.Ending is AgentEnding.Stalled or AgentEnding.Failed ? null : result.SessionId;

    private async Task KeepAsync(Run run, AgentCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        run.SessionId = checkpoint.SessionId;
        try
        {
            await run.Steps.BeginAsync(RunStep.Agent, checkpoint, cancellationToken);
        }
        catch (LedgerUnavailableException e)
        {
            // Without it a crash costs the work of this round, and no more.
            Log.SessionNotKept(logger, e.Message);
        }
    }

    private Task RecordAsync(Run run, ConcurrentDictionary<string, int> blocked, CancellationToken cancellationToken) => events.AppendAsync(
        "egress.blocked",
        "bot",
        run.Task.Id,
        run.Task.IssueNumber is { } number ? new IssueReference(run.Task.Repository, number) : null,
        $"The sandbox did not let the agent reach: {string.Join(", ", blocked.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} ({pair.Value} times)"))}",
        cancellationToken);

    private static void Show(ProgressBoard board, AgentEvent seen)
    {
        if (seen.Kind is "tool" or "text" && seen.Text.Length > 0)
            board.Update(progress => progress with { Doing = seen.Text });
    }

    private string TranscriptPath(Run run, int round)
    {
        var folder = Path.Combine(ledger.DataDirectory, "transcripts");
        Directory.CreateDirectory(folder);
        var suffix = round == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-repair-{round}");
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{run.Task.Id}-{run.Attempt}{suffix}.ndjson"));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The agent's session could not be kept in the ledger: {Reason}")]
        public static partial void SessionNotKept(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "agent {Kind}: {Text}")]
        public static partial void AgentDid(ILogger logger, string kind, string text);
    }
}
