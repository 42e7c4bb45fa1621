using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>The agent, its limits and its money; the queue.</summary>
public static class WorkSettings
{
    private const string Room = "Agent and queue";

    public static SecretSetting ApiKey { get; } = new("ANTHROPIC_API_KEY", "Key for the Claude API; only the gateway uses it, agents never see it.") { Room = Room };

    public static SecretSetting ApiKeys { get; } = new("ANTHROPIC_API_KEYS", "Several keys, with commas or one a line, used in order of head-room; instead of ANTHROPIC_API_KEY.") { Room = Room };

    public static Setting<Uri?> BaseUrl { get; } = new("ANTHROPIC_BASE_URL", Address, new Uri("https://api.anthropic.com"), "Address of the Claude API, for a proxy.") { Room = Room };

    public static Setting<string?> Agent { get; } = new("AGENT", OneOf("claude-code", "api"), null, "Which agent works; empty: claude-code where the CLI is installed, else api.") { Room = Room };

    public static Setting<string?> Model { get; } = new("AGENT_MODEL", Text, null, "The Claude model; empty: the agent's default.") { Room = Room };

    public static Setting<IReadOnlyList<string>> AllowedModels { get; } = new("ALLOWED_MODELS", List, [], "Models that agents may ask, as in claude-opus-5-5, or claude-haiku-* for all that begin so; empty: any. Claude Code also asks a small model.") { Room = Room };

    public static Setting<IReadOnlyList<string>> AllowedServerTools { get; } = new("ALLOWED_SERVER_TOOLS", List, [], "What agents may have the model's service do on the internet or on its machines: web_search, web_fetch (also pictures and documents by address), code_execution, mcp. Empty: nothing.") { Room = Room };

    public static Setting<string?> ClaudeCodePath { get; } = new("CLAUDE_CODE_PATH", SettingKinds.Path, null, "The Claude Code program; empty: looked up in PATH.") { Room = Room };

    public static Setting<TimeSpan> TaskTimeout { get; } = new("TASK_TIMEOUT", DurationKind.Seconds(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)), TimeSpan.FromSeconds(3600), "Longest run of the agent on one task.") { Room = Room };

    public static Setting<TimeSpan> StallTimeout { get; } = new("TASK_STALL_TIMEOUT", DurationKind.Seconds(TimeSpan.FromSeconds(5), TimeSpan.FromDays(1)), TimeSpan.FromSeconds(600), "Longest silence of the agent.") { Room = Room };

    public static Setting<int> MaxAttempts { get; } = new("MAX_ATTEMPTS", Whole(1, 20), 3, "Attempts before a task is given up.") { Room = Room };

    public static Setting<int> MaxConcurrentTasks { get; } = new("MAX_CONCURRENT_TASKS", Whole(1, 64), 3, "Tasks that run at the same time.") { Room = Room };

    public static Setting<int> MaxConcurrentPerRepository { get; } = new("MAX_CONCURRENT_PER_REPO", Whole(1, 64), 1, "Of those, in one repository.") { Room = Room };

    public static Setting<int> MaxWaitingTasks { get; } = new("MAX_WAITING_TASKS", Whole(1, 1_000_000), 1000, "Tasks that may wait; beyond them new requests wait outside until there is room.") { Room = Room };

    public static Setting<int> MaxPendingDeliveries { get; } = new("MAX_PENDING_DELIVERIES", Whole(1, 10_000_000), 20_000, "Deliveries that may wait for a decision; beyond them webhooks are answered 503.") { Room = Room };

    public static Setting<decimal> BudgetPerTask { get; } = new("BUDGET_USD_PER_TASK", Number(0.01m, 10_000m), 5m, "US dollars at which a task is stopped.") { Room = Room };

    public static Setting<decimal> BudgetPerRepositoryPerDay { get; } = new("BUDGET_USD_PER_REPO_PER_DAY", Number(0.01m, 100_000m), 50m, "US dollars per repository and day (UTC); its tasks wait for the next day then.") { Room = Room };

    public static Setting<decimal> BudgetPerDay { get; } = new("BUDGET_USD_PER_DAY", Number(0.01m, 1_000_000m), 200m, "US dollars per day (UTC) in all; all tasks wait for the next day then.") { Room = Room };

    public static Setting<TimeSpan> TaskLease { get; } = new("TASK_LEASE", DurationKind.Seconds(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10)), TimeSpan.FromSeconds(30), "Several workers on one data folder: after so long without a sign of life of one, another takes its task over.") { Room = Room };

    public static Setting<string?> Sandbox { get; } = new("SANDBOX", OneOf("on", "off"), "on", "Run agents and checks in a sandbox (bubblewrap); off: as plain processes of the bot's user, where the kernel allows no sandbox.") { Room = Room };

    public static Setting<IReadOnlyList<string>> EgressAllow { get; } = new("EGRESS_ALLOW", Hosts, [], "Hosts that agents and checks may reach from the sandbox, by a proxy: https on port 443, http on port 80; empty: no network. Addresses inside your network are refused whatever their name.") { Room = Room };

    public static Setting<int> SandboxMemory { get; } = new("SANDBOX_MEMORY_MB", Whole(256, 1_048_576), 8192, "Memory of a sandboxed command; of each of its processes where the bot may make no control group.") { Room = Room };

    public static Setting<int> SandboxProcesses { get; } = new("SANDBOX_PROCESSES", Whole(64, 100_000), 2048, "Processes and threads of a sandboxed command.") { Room = Room };

    public static Setting<int> SandboxFile { get; } = new("SANDBOX_FILE_MB", Whole(16, 1_048_576), 4096, "The largest file that a sandboxed command may write.") { Room = Room };

    public static Setting<int> SandboxDisk { get; } = new("SANDBOX_DISK_MB", Whole(64, 10_485_760), 20_480, "All files in the work tree and the home of a task: a command that passes this is ended, its task fails, and the files go.") { Room = Room };

    public static Setting<int> SandboxTemporary { get; } = new("SANDBOX_TMP_MB", Whole(16, 1_048_576), 1024, "The sandbox's /tmp, which is in memory.") { Room = Room };

    public static Setting<bool> DryRun { get; } = new("DRY_RUN_MODE", Flag, false, "Do everything but write to GitHub.") { Room = Room, Use = SettingUse.Planned };

    public static Setting<bool> Experimental { get; } = new("ENABLE_EXPERIMENTAL_FEATURES", Flag, false, "Features that may change.") { Room = Room, Use = SettingUse.Planned };

    public static IReadOnlyList<Setting> All { get; } =
    [
        ApiKey, ApiKeys, BaseUrl, Agent, Model, AllowedModels, AllowedServerTools, ClaudeCodePath, TaskTimeout, StallTimeout, MaxAttempts, MaxConcurrentTasks, MaxConcurrentPerRepository,
        MaxWaitingTasks, MaxPendingDeliveries, BudgetPerTask, BudgetPerRepositoryPerDay, BudgetPerDay, TaskLease, Sandbox, EgressAllow, SandboxMemory, SandboxProcesses, SandboxFile, SandboxDisk, SandboxTemporary,
        DryRun, Experimental,
    ];
}
