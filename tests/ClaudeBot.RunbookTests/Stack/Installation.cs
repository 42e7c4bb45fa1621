using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ClaudeBot.RunbookTests.Stack;

/// <summary>
/// One installation for all tests here, at the very folder that the runbook names, with the playground as GitHub and
/// Claude. It must not be there before, and is taken away afterwards.
/// </summary>
public sealed class Installation : IAsyncLifetime
{
    public const string Folder = "/opt/claude-bot-infrastructure";

    private static readonly int[] Ports = [8000, 8001, 8080, 8088, 8089];
    private readonly string _scratch = Directory.CreateTempSubdirectory("claude-bot-runbook-").FullName;
    private bool _isOurs;

    internal Services Services { get; private set; } = null!;

    /// <summary>Null when the tests can be run; else why not.</summary>
    public string? Objection { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Objection = DockerEngine.Objection
            ?? (Directory.Exists(Folder) ? $"{Folder} is there already; these tests would put another installation in its place." : null)
            ?? (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).Intersect(Ports).ToArray() is { Length: > 0 } taken
                ? $"Something listens on {string.Join(", ", taken)}, where the runbook finds the containers."
                : null);
        if (Objection is not null)
            return;
        await Images.BuildAsync(Token);
        Services = await Services.StartAsync(Path.Combine(_scratch, "github"), BridgeAddress(), Token);
        _isOurs = true;
        await Shell.RunAsync(RepositoryFolder.Root, Token, Path.Combine(RepositoryFolder.Root, "deploy", "install.sh"), "--no-build");
        await ConfigureAsync();
    }

    /// <summary>Writes a setting into .env as an editor does: another file takes its place.</summary>
    internal static async Task SetAsync(string name, string value, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, ".env");
        var lines = (await File.ReadAllLinesAsync(path, cancellationToken)).Where(line => !line.StartsWith(name + "=", StringComparison.Ordinal)).Append($"{name}={value}");
        await File.WriteAllLinesAsync(path + ".new", lines, cancellationToken);
        await Shell.RunAsync(Folder, cancellationToken, "sh", "-c", "chgrp 10001 .env.new && chmod 640 .env.new && mv .env.new .env");
    }

    /// <summary>docker-compose, as typed in the folder.</summary>
    internal static Task<string> ComposeAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Shell.RunAsync(Folder, cancellationToken, ["docker-compose", .. arguments]);

    /// <summary>A command in the bot's container.</summary>
    internal static Task<string> InBotAsync(CancellationToken cancellationToken, params string[] command) =>
        Shell.RunAsync("/", cancellationToken, ["docker", "exec", "claude-bot", .. command]);

    /// <summary>Starts what is not running, and waits until the bot says that it is ready.</summary>
    internal static async Task UpAsync(CancellationToken cancellationToken)
    {
        await ComposeAsync(cancellationToken, "up", "-d");
        await WhenReadyAsync(cancellationToken);
    }

    /// <param name="port">Of the bot's metrics on this machine.</param>
    internal static async Task WhenReadyAsync(CancellationToken cancellationToken, int port = 8000)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOurs)
        {
            await ComposeAsync(CancellationToken.None, "down", "--volumes", "--remove-orphans");
            Directory.Delete(Folder, recursive: true);
            await Services.DisposeAsync();
        }

        Directory.Delete(_scratch, recursive: true);
    }

    /// <summary>The machine's own address on Docker's bridge.</summary>
    private static IPAddress BridgeAddress() => NetworkInterface.GetAllNetworkInterfaces().Single(one => one.Name == "docker0")
        .GetIPProperties().UnicastAddresses.First(one => one.Address.AddressFamily == AddressFamily.InterNetwork).Address;

    private async Task ConfigureAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "secrets", "ca-certificates.crt"), Services.Authority, Token);
        await File.WriteAllTextAsync(Path.Combine(Folder, "playground.yml"), $"services:\n  claude-bot: &bot\n    extra_hosts: ['{Services.Name}:{Services.Address}']\n  claude-bot-dotnet:\n    <<: *bot\n    # The pages of the runbook know one bot.\n    environment: {{ STATUS_WEB_URL: 'http://127.0.0.1:1' }}\n", Token);
        foreach (var (name, value) in Services.Settings())
            await SetAsync(name, value, Token);
        await SetAsync("COMPOSE_FILE", "docker-compose.yml:deploy/compose/v1.yml:deploy/compose/private-ca.yml:playground.yml", Token);
        await SetAsync("ISSUE_CHECK_INTERVAL", "10s", Token);
        await Services.GitHub.AddHookAsync(Services.Repository, new Uri("http://127.0.0.1:8088/webhooks/github"), Services.HookSecret, [], Token);
    }
}

/// <summary>The tests that share the one installation, one after another.</summary>
[CollectionDefinition(nameof(Installation))]
public sealed class SharedInstallation : ICollectionFixture<Installation>;
