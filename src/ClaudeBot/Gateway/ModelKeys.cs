using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Agents;

namespace ClaudeBot.Gateway;

/// <summary>
/// Which key a call goes out with. A key that the service refuses is out until its text changes, one at its limit rests
/// until its reset. A run keeps its key while that has room, since the service's prompt cache is not shared between keys of
/// different organizations; else the key with the most head-room is taken, among equals the first.
/// </summary>
internal sealed class ModelKeys(GatewayOptions options, TimeProvider time)
{
    private const double Scarce = 0.1;
    private const string LimitHeader = "anthropic-ratelimit-";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeyState> _states = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<GatewayGrant, string> _usedBy = [];

    /// <summary>The key for the next try of a call; null when none is set, or none that was not tried is free.</summary>
    /// <param name="tried">Keys that the service refused for this call.</param>
    public string? Choose(GatewayGrant grant, IReadOnlyCollection<string> tried)
    {
        var keys = options.Keys.Current();
        lock (_lock)
        {
            var ids = keys.Select(Id).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _states.Keys.Where(id => !ids.Contains(id)).ToArray())
                _states.Remove(gone);

            var now = time.GetUtcNow();
            if (Free(keys, tried) is { Count: > 0 } free)
            {
                var kept = _usedBy.TryGetValue(grant, out var used) ? free.Find(key => Id(key) == used && State(key).Room(now) >= Scarce) : null;
                var chosen = kept ?? free.MaxBy(key => State(key).Room(now))!;
                _usedBy.AddOrUpdate(grant, Id(chosen));
                return chosen;
            }

            // With none free the service itself says so, again, at the pace of the agent's client.
            return tried.Count > 0 ? null : keys.OrderBy(key => State(key).IsRefused).ThenBy(key => State(key).RestsUntil).FirstOrDefault();
        }
    }

    /// <summary>True when another key is worth a try.</summary>
    public bool HasFree(IReadOnlyCollection<string> tried)
    {
        var keys = options.Keys.Current();
        lock (_lock)
            return Free(keys, tried).Count > 0;
    }

    /// <summary>How long until the first of the other keys has rested; null when all of them are refused.</summary>
    public TimeSpan? UntilOneIsFree(IReadOnlyCollection<string> tried)
    {
        var keys = options.Keys.Current();
        lock (_lock)
        {
            var resting = keys.Where(key => !tried.Contains(key) && !State(key).IsRefused).Select(key => State(key).RestsUntil).ToArray();
            return resting.Length == 0 ? null : resting.Min() - time.GetUtcNow();
        }
    }

    /// <summary>The service does not take the key.</summary>
    /// <returns>Where it stands in the list, counting from one; null when it is no news, or the key is in use no more.</returns>
    public int? Refused(string key)
    {
        var at = options.Keys.Current().ToList().IndexOf(key);
        lock (_lock)
        {
            if (at < 0 || State(key).IsRefused)
                return null;
            State(key).IsRefused = true;
            return at + 1;
        }
    }

    /// <summary>The key is at its limit.</summary>
    /// <param name="wait">How long; null: as long as its last answer said, or else the first pause.</param>
    public void Rest(string key, TimeSpan? wait)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            State(key).RestsUntil = wait is { } known ? now + known : State(key).EmptyUntil(now) ?? now + options.FirstPause;
        }
    }

    /// <summary>Reads what an answer says of the limits of its key (platform.claude.com/docs/en/api/rate-limits).</summary>
    public void Learn(string key, HttpResponseHeaders headers)
    {
        var said = headers
            .Where(header => header.Key.StartsWith(LimitHeader, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key[LimitHeader.Length..], header => header.Value.FirstOrDefault() ?? "", StringComparer.OrdinalIgnoreCase);
        lock (_lock)
        {
            foreach (var (name, value) in said.Where(pair => pair.Key.EndsWith("-remaining", StringComparison.OrdinalIgnoreCase)))
            {
                var kind = name[..^"-remaining".Length];
                if (Number(value) is { } remaining && Number(said.GetValueOrDefault(kind + "-limit")) is > 0 and { } limit
                    && DateTimeOffset.TryParse(said.GetValueOrDefault(kind + "-reset"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reset))
                    State(key).Limits[kind] = new KeyLimit(limit, Math.Clamp(remaining, 0, limit), reset);
            }
        }
    }

    /// <summary>Requests in a minute that the service lets all keys together send, how many are left, and when the first window ends.</summary>
    public (double Limit, double Remaining, DateTimeOffset? ResetsAt) Requests()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var known = _states.Values.Select(state => state.Limits.GetValueOrDefault("requests")).OfType<KeyLimit>().ToArray();
            return (known.Sum(limit => limit.Most), known.Sum(limit => limit.Reset > now ? limit.Remaining : limit.Most), known.Length == 0 ? null : known.Min(limit => limit.Reset));
        }
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    // Kept instead of the key itself.
    private static string Id(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private List<string> Free(IReadOnlyList<string> keys, IReadOnlyCollection<string> tried)
    {
        var now = time.GetUtcNow();
        return [.. keys.Where(key => !tried.Contains(key) && State(key) is { IsRefused: false } state && state.RestsUntil <= now)];
    }

    private KeyState State(string key)
    {
        var id = Id(key);
        if (!_states.TryGetValue(id, out var state))
            _states[id] = state = new KeyState();
        return state;
    }

    private sealed record KeyLimit(double Most, double Remaining, DateTimeOffset Reset);

    private sealed class KeyState
    {
        public bool IsRefused { get; set; }

        public DateTimeOffset RestsUntil { get; set; } = DateTimeOffset.MinValue;

        public Dictionary<string, KeyLimit> Limits { get; } = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The smallest share of a limit that is left, 0 to 1.</summary>
        public double Room(DateTimeOffset now) => Limits.Values.Where(limit => limit.Reset > now).Select(limit => limit.Remaining / limit.Most).DefaultIfEmpty(1).Min();

        public DateTimeOffset? EmptyUntil(DateTimeOffset now) =>
            Limits.Values.Where(limit => limit.Remaining <= 0 && limit.Reset > now).Select(limit => (DateTimeOffset?)limit.Reset).Max();
    }
}
