using System.Collections.Concurrent;
using System.Text.Json;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.StatusWeb.Orders;

/// <summary>
/// The orders for bots elsewhere, in memory and in <c>orders/ID.json</c> of the web's folder, where an earlier process left
/// them. A bot is handed an order each time it asks, until it has told what came of it or the order is too old.
/// </summary>
public sealed partial class OrderBook : IDisposable
{
    /// <summary>An order that was not obeyed by then would come as a surprise.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>A bot asks every five seconds; one that has not for so long is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostWaiting = 100;
    private const int MostKept = 300;
    private const int LongestOutcome = 500;

    private readonly ConcurrentDictionary<string, PlacedOrder> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderBook> _logger;

    /// <summary>Reads the orders on disk; a file that is none is left where it is and passed over.</summary>
    public OrderBook(StatusWebOptions options, TimeProvider time, ILogger<OrderBook> logger)
    {
        (_folder, _time, _logger) = (Path.Combine(options.DataDirectory, "orders"), time, logger);
        Directory.CreateDirectory(_folder);
        foreach (var file in Directory.EnumerateFiles(_folder, "*.json"))
        {
            try
            {
                if (JsonSerializer.Deserialize<PlacedOrder>(File.ReadAllText(file), StatusJson.Options) is { Id: { } id } order && Path.GetFileNameWithoutExtension(file) == id)
                    _byId[id] = order;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                Log.Unreadable(logger, Path.GetFileName(file), e.Message);
            }
        }
    }

    /// <summary>An order was placed, or something came of one. Handlers return at once.</summary>
    public event Action? Changed;

    /// <summary>The orders that are kept, as of now, the newest first.</summary>
    public IReadOnlyList<PlacedOrder> All() => [.. _byId.Values.Select(AsOfNow).OrderByDescending(order => order.OrderedAt).ThenByDescending(order => order.Id, StringComparer.Ordinal)];

    public PlacedOrder? Find(string id) => _byId.TryGetValue(id, out var order) ? AsOfNow(order) : null;

    /// <summary>When a bot last asked for its orders, in the life of this process; null: it has not.</summary>
    public DateTimeOffset? AskedAt(string botId) => _asked.TryGetValue(botId, out var at) ? at : null;

    /// <summary>True for a bot that asks for its orders now.</summary>
    public bool IsAsking(string botId) => AskedAt(botId) is { } at && _time.GetUtcNow() - at <= Patience;

    /// <summary>Keeps orders, all or none; durable when it returns.</summary>
    /// <returns>The bot for which too many wait, and then nothing was kept; else null.</returns>
    /// <exception cref="NotStoredException">They cannot be stored; nothing was kept.</exception>
    public async Task<string?> PlaceAsync(IReadOnlyList<PlacedOrder> orders, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (orders.FirstOrDefault(order => WaitingFor(order.BotId).Count >= MostWaiting) is { } tooMany)
                return tooMany.BotId;
            Forget(orders.Count);
            try
            {
                foreach (var order in orders)
                    await WriteAsync(order, cancellationToken);
            }
            catch
            {
                // No bot has seen them yet.
                foreach (var order in orders)
                    TryDelete(order);
                throw;
            }

            foreach (var order in orders)
                _byId[order.Id] = order;
        }
        finally
        {
            _writing.Release();
        }

        foreach (var order in orders)
            Log.Placed(_logger, order.Id, order.BotId, order.Words, order.TaskId ?? "the queue", order.From);
        Changed?.Invoke();
        return null;
    }

    /// <summary>
    /// A bot asks: takes what came of earlier orders, durable when it returns where the disk allows it, and gives those that wait
    /// for it, the oldest first.
    /// </summary>
    public async Task<IReadOnlyList<PlacedOrder>> ExchangeAsync(string botId, IReadOnlyList<OrderResult> results, CancellationToken cancellationToken)
    {
        _asked[botId] = _time.GetUtcNow();
        foreach (var result in results)
            await EndAsync(botId, result, cancellationToken);
        return WaitingFor(botId);
    }

    public void Dispose() => _writing.Dispose();

    private async Task EndAsync(string botId, OrderResult result, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        PlacedOrder order;
        try
        {
            // Told again, or of another bot: nothing new. What came too late is better known than called expired.
            if (!_byId.TryGetValue(result.Id, out var known) || known.BotId != botId || known.State != OrderState.Waiting)
                return;
            var message = result.Message.Length <= LongestOutcome ? result.Message : result.Message[..LongestOutcome];
            order = known with { State = result.Done ? OrderState.Done : OrderState.Refused, Outcome = message, EndedAt = _time.GetUtcNow() };
            // What cannot be stored is at least known, and keeps no order back that the bot waits for.
            try
            {
                await WriteAsync(order, cancellationToken);
            }
            catch (NotStoredException error)
            {
                Log.NotStored(_logger, order.Id, botId, error.Message);
            }

            _byId[order.Id] = order;
        }
        finally
        {
            _writing.Release();
        }

        Log.Ended(_logger, order.Id, botId, order.State, order.Outcome);
        Changed?.Invoke();
    }

    private List<PlacedOrder> WaitingFor(string botId) =>
        [.. _byId.Values.Where(order => order.BotId == botId && AsOfNow(order).State == OrderState.Waiting).OrderBy(order => order.OrderedAt).ThenBy(order => order.Id, StringComparer.Ordinal)];

    private PlacedOrder AsOfNow(PlacedOrder order) => order.State == OrderState.Waiting && _time.GetUtcNow() - order.OrderedAt > Life
        ? order with { State = OrderState.Expired, Outcome = "The bot did not say in time what came of it; its event log tells whether it was carried out.", EndedAt = order.OrderedAt + Life }
        : order;

    private Task WriteAsync(PlacedOrder order, CancellationToken cancellationToken) =>
        WholeFile.WriteAsync(FileOf(order), JsonSerializer.SerializeToUtf8Bytes(order, StatusJson.Options), cancellationToken);

    private string FileOf(PlacedOrder order) => Path.Combine(_folder, order.Id + ".json");

    private void Forget(int room)
    {
        foreach (var order in All().Where(order => order.State != OrderState.Waiting).Skip(Math.Max(MostKept - room, 0)))
        {
            WholeFile.Delete(FileOf(order));
            _byId.TryRemove(order.Id, out _);
        }
    }

    private void TryDelete(PlacedOrder order)
    {
        try
        {
            File.Delete(FileOf(order));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotDeleted(_logger, order.Id, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The stored order {File} cannot be read and is passed over: {Reason}")]
        public static partial void Unreadable(ILogger logger, string file, string reason);

        [LoggerMessage(2, LogLevel.Information, "order {Id} for {Bot}: {Action} {Subject}, from {Address}")]
        public static partial void Placed(ILogger logger, string id, string bot, string action, string subject, string address);

        [LoggerMessage(3, LogLevel.Information, "order {Id} for {Bot} is {State}: {Outcome}")]
        public static partial void Ended(ILogger logger, string id, string bot, OrderState state, string? outcome);

        [LoggerMessage(4, LogLevel.Warning, "what came of order {Id} for {Bot} cannot be stored and is known until the next start only: {Reason}")]
        public static partial void NotStored(ILogger logger, string id, string bot, string reason);

        [LoggerMessage(5, LogLevel.Warning, "order {Id} was not placed, but its file is left in STATUS_DATA_DIR and is an order from the next start on: {Reason}")]
        public static partial void NotDeleted(ILogger logger, string id, string reason);
    }
}
