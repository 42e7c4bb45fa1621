using System.Diagnostics.Metrics;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>A bot with a ledger of its own that reports to a status web elsewhere by HTTP, and asks it for orders in virtual time.</summary>
internal sealed class DistantBot : IAsyncDisposable
{
    private readonly HostRoom _room = new();
    private readonly WebApplication _host;
    private readonly StatusWebClient _client;
    private readonly OrderTaker _taker;

    public DistantBot(Uri web, string id = "builder", bool takesOrders = true)
    {
        foreach (var (name, value) in new[] { ("BOT_ID", id), ("STATUS_WEB_URL", web.ToString()), ("STATUS_ACTIONS", takesOrders ? "true" : "false"), ("STATUS_TOKEN", StatusWebLab.Token) })
            _room.Environment[name] = value;
        _host = _room.Build(BotRole.Once);
        _client = _host.Services.GetRequiredService<StatusWebClient>();
        _taker = new OrderTaker(_client, _host.Services.GetRequiredService<SqliteOrders>(), _room.Configuration(), Time, new FakeLogger<OrderTaker>(Logs));
    }

    public HeardTime Time { get; } = new(StatusWebLab.Start);

    public FakeLogCollector Logs { get; } = new();

    /// <summary>The meter of its calls to the web.</summary>
    public Meter Metrics => _client.Metrics;

    public ITaskQueue Queue => _host.Services.GetRequiredService<ITaskQueue>();

    public QueueNotices Notices => _host.Services.GetRequiredService<QueueNotices>();

    /// <summary>Nothing can be written there any more.</summary>
    public ValueTask LoseLedgerAsync() => _host.Services.GetRequiredService<SqliteLedger>().DisposeAsync();

    public IEventLog Events => _host.Services.GetRequiredService<IEventLog>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<QueuedTask> AddAsync(string title)
    {
        var result = await Queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Manual, Repository = RepositoryName.Parse("acme/shop"), Title = title, Description = title, RequestedBy = "ann", ObservedAt = Time.GetUtcNow() }, Token);
        return result.ShouldBeOfType<EnqueueResult.Added>().Task;
    }

    /// <param name="startedAt">Null: it does not run.</param>
    public Task<BotStatus> StatusAsync(DateTimeOffset? startedAt) => _host.Services.GetRequiredService<StatusSnapshot>().TakeAsync(startedAt, Token);

    public async Task ReportAsync()
    {
        var status = await StatusAsync(Time.GetUtcNow());
        await _client.PublishAsync(status with { Details = await ActivatorUtilities.CreateInstance<DetailsSnapshot>(_host.Services).TakeAsync(Time.GetUtcNow(), Token) }, Token);
    }

    /// <summary>Returns when it has asked for the first time.</summary>
    public Task BeginAsync() => BeginAsync(OrderTaker.Interval);

    /// <param name="wait">After how long it is to ask again.</param>
    public async Task BeginAsync(TimeSpan wait)
    {
        await _taker.StartAsync(Token);
        await Time.HearWaitAsync(wait);
    }

    /// <summary>Returns when it has asked, obeyed and told.</summary>
    public async Task AskAsync()
    {
        Time.Advance(OrderTaker.Interval);
        await Time.HearWaitAsync(OrderTaker.Interval);
    }

    public async ValueTask DisposeAsync()
    {
        await _taker.StopAsync(CancellationToken.None);
        _taker.Dispose();
        await _host.DisposeAsync();
        _room.Dispose();
    }
}
