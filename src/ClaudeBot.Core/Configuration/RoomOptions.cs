using ClaudeBot.Agents;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Sandbox;
using ClaudeBot.Triggers;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Configuration;

/// <summary>The options of the rooms, made of the settings.</summary>
public static class RoomOptions
{
    extension(BotConfiguration configuration)
    {
        public string DataDirectory => configuration.Get(BotSettings.DataDirectory)!;

        /// <summary><c>TARGET_REPO</c> first, then <c>ALLOWED_REPOSITORIES</c>.</summary>
        public IReadOnlyList<RepositoryName> Repositories =>
            [.. new[] { configuration.Get(GitHubSettings.TargetRepository) }.OfType<RepositoryName>().Concat(configuration.Get(GitHubSettings.AllowedRepositories)).Distinct()];

        /// <summary>The repository meant where none is named; null when none is served.</summary>
        public RepositoryName? DefaultRepository => configuration.Repositories is [var first, ..] ? first : null;

        /// <summary>By which name comments address the bot, without the sign.</summary>
        public string Mention => configuration.Get(GitHubSettings.BotMention)!.TrimStart('@');

        /// <summary>A GitHub App goes before a personal access token.</summary>
        public GitHubOptions GitHub(TimeProvider time)
        {
            var options = new GitHubOptions
            {
                ApiUrl = configuration.Get(GitHubSettings.ApiUrl)!,
                ServerUrl = configuration.Get(GitHubSettings.ServerUrl)!,
                Token = configuration.Secret(GitHubSettings.Token),
            };
            var key = configuration.Secret(GitHubSettings.AppPrivateKey);
            return configuration.Get(GitHubSettings.AppId) is { } app ? options with { Credential = new AppCredential(app, key, options, time) } : options;
        }

        public TriggerOptions Triggers() => new()
        {
            BotLabel = configuration.Get(GitHubSettings.BotLabel)!,
            Mention = configuration.Mention,
            LargestBudgetUsd = configuration.Get(WorkSettings.BudgetPerTask),
            AllowedBots = configuration.Get(GitHubSettings.AllowedBots),
            MaxTasksPerIssueAndHour = configuration.Get(GitHubSettings.MaxTasksPerIssue),
            Repositories = configuration.Repositories,
            IssueCheckInterval = configuration.Get(GitHubSettings.IssueCheckInterval),
            PrCheckInterval = configuration.Get(GitHubSettings.PrCheckInterval),
            ReceivesWebhooks = configuration.IsSet(GitHubSettings.WebhookSecret) && configuration.Get(DoorSettings.WebhookPort) is not null,
        };

        public FollowUpOptions FollowUps() => new()
        {
            Enabled = configuration.Get(GitHubSettings.PrFeedback),
            QuietPeriod = configuration.Get(GitHubSettings.PrQuietPeriod),
            MaxTasksPerHour = configuration.Get(GitHubSettings.MaxTasksPerIssue),
            AllowedBots = configuration.Get(GitHubSettings.AllowedBots),
        };

        public QueueOptions Queue() => new()
        {
            LeaseDuration = configuration.Get(WorkSettings.TaskLease),
            // Two heartbeats may be lost.
            HeartbeatInterval = configuration.Get(WorkSettings.TaskLease) / 3,
            SweepInterval = configuration.Get(WorkSettings.TaskLease) / 6,
            MaxConcurrentTasks = configuration.Get(WorkSettings.MaxConcurrentTasks),
            MaxConcurrentPerRepository = configuration.Get(WorkSettings.MaxConcurrentPerRepository),
            MaxAttempts = configuration.Get(WorkSettings.MaxAttempts),
        };

        public AgentOptions Agents() => new()
        {
            Agent = configuration.Get(WorkSettings.Agent),
            Model = configuration.Get(WorkSettings.Model),
            ClaudeCodePath = configuration.Get(WorkSettings.ClaudeCodePath),
            TaskTimeout = configuration.Get(WorkSettings.TaskTimeout),
            StallTimeout = configuration.Get(WorkSettings.StallTimeout),
            BudgetUsdPerTask = configuration.Get(WorkSettings.BudgetPerTask),
            BudgetUsdPerRepositoryPerDay = configuration.Get(WorkSettings.BudgetPerRepositoryPerDay),
            BudgetUsdPerDay = configuration.Get(WorkSettings.BudgetPerDay),
        };

        public SandboxOptions Sandbox() => new()
        {
            Enabled = configuration.Get(WorkSettings.Sandbox) == "on",
            EgressAllow = configuration.Get(WorkSettings.EgressAllow),
            Limits = new SandboxLimits
            {
                Memory = (long)configuration.Get(WorkSettings.SandboxMemory) << 20,
                Processes = configuration.Get(WorkSettings.SandboxProcesses),
                File = (long)configuration.Get(WorkSettings.SandboxFile) << 20,
                Disk = (long)configuration.Get(WorkSettings.SandboxDisk) << 20,
                DiskFloor = (long)configuration.Get(DoorSettings.DiskFloor) << 20,
                Temporary = (long)configuration.Get(WorkSettings.SandboxTemporary) << 20,
            },
        };

        public WorkspaceOptions Workspaces() => new()
        {
            DataDirectory = configuration.DataDirectory,
            AuthorName = configuration.Get(GitHubSettings.AuthorName)!,
            AuthorEmail = configuration.Get(GitHubSettings.AuthorEmail)!,
            CommitterName = configuration.Get(GitHubSettings.CommitterName),
            CommitterEmail = configuration.Get(GitHubSettings.CommitterEmail),
            SigningKey = configuration.Secret(GitHubSettings.CommitSigningKey),
            NetworkEnvironment = GitNetwork.Of(ConfigurationInputs.ProcessEnvironment()),
        };

        public LedgerOptions Ledger() => new()
        {
            DataDirectory = configuration.DataDirectory,
            MaxWaitingTasks = configuration.Get(WorkSettings.MaxWaitingTasks),
            MaxPendingDeliveries = configuration.Get(WorkSettings.MaxPendingDeliveries),
        };
    }
}
