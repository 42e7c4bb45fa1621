using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.StatusWeb.Access;

internal enum TokenVerdict
{
    Right,
    Wrong,

    /// <summary>Not looked at: too many wrong ones came from this address.</summary>
    Blocked,
}

/// <summary>
/// Compares what callers give with <c>STATUS_TOKEN</c>, in constant time, and stops looking at an address that guesses:
/// after ten wrong tokens for the rest of five minutes.
/// </summary>
internal sealed class TokenCheck(StatusWebOptions options, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int MostFailures = 10;
    private const int MostAddresses = 1000;

    // Of this process alone: what is derived with it tells nothing about the token, and ends with the process.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Dictionary<IPAddress, (int Failures, long Began)> _byAddress = [];

    public bool IsSet => options.Token.Current() is not null;

    /// <summary>Judges a token. All addresses beyond a thousand count as one.</summary>
    public TokenVerdict Check(string given, IPAddress? from)
    {
        var token = options.Token.Current();
        lock (_byAddress)
        {
            ForgetWhatIsOver();
            var address = Network(from);
            if (_byAddress.Count >= MostAddresses && !_byAddress.ContainsKey(address))
                address = IPAddress.None;
            var (failures, began) = _byAddress.GetValueOrDefault(address, (0, time.GetTimestamp()));
            if (failures >= MostFailures)
                return TokenVerdict.Blocked;
            if (token is not null && CryptographicOperations.FixedTimeEquals(Derived(given), Derived(token)))
                return TokenVerdict.Right;
            _byAddress[address] = (failures + 1, began);
            return TokenVerdict.Wrong;
        }
    }

    /// <summary>Something that changes when the token does; null while none is set.</summary>
    public string? Stamp() => options.Token.Current() is { } token ? Convert.ToHexString(Derived(token)) : null;

    private byte[] Derived(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));

    private void ForgetWhatIsOver()
    {
        foreach (var (address, (_, began)) in _byAddress)
        {
            if (time.GetElapsedTime(began) >= Window)
                _byAddress.Remove(address);
        }
    }

    /// <summary>Of IPv6 the network: whoever has one has all of its 2^64 addresses.</summary>
    private static IPAddress Network(IPAddress? from)
    {
        if (from is null)
            return IPAddress.None;
        if (from.IsIPv4MappedToIPv6)
            return from.MapToIPv4();
        if (from.AddressFamily != AddressFamily.InterNetworkV6)
            return from;
        var bytes = from.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
