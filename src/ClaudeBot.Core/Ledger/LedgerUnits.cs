namespace ClaudeBot.Ledger;

/// <summary>How the ledger writes times and money: whole microseconds since 1970 (UTC), whole nano-dollars.</summary>
internal static class LedgerUnits
{
    private const decimal NanosPerDollar = 1_000_000_000m;

    public static long ToMicroseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static long? ToMicroseconds(DateTimeOffset? time) => time is { } known ? ToMicroseconds(known) : null;

    public static DateTimeOffset ToTime(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? ToTime(long? microseconds) => microseconds is { } known ? ToTime(known) : null;

    public static long ToNanoDollars(decimal usd) => (long)decimal.Round(usd * NanosPerDollar);

    public static decimal ToDollars(long nanoDollars) => nanoDollars / NanosPerDollar;
}
