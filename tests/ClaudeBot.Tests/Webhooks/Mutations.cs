namespace ClaudeBot.Tests.Webhooks;

/// <summary>Changes bytes as fuzzers do: flips, overwrites, cuts, repeats, and pieces that parsers stumble over.</summary>
internal static class Mutations
{
    private static readonly byte[][] Stumbles =
    [
        [.. "\\ud800"u8], [.. "\\u0000"u8], [.. "1e999999"u8], [.. "-0"u8], [.. "99999999999999999999"u8], [.. "null"u8], [.. "{\"a\":1,\"a\":2}"u8],
        [.. "[[[[[[[[[[[[[[[["u8], [.. "{\"x\":{\"x\":{\"x\":"u8], [.. "\"\\"u8], [.. "/* c */"u8], [.. "NaN"u8], [.. ","u8], [.. "}"u8], [.. "]"u8], [.. "\""u8],
        [0xEF, 0xBB, 0xBF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0x00], [0x1B], [0x80],
    ];

    /// <summary>One to four changes; the original is left alone.</summary>
    public static byte[] Of(ReadOnlySpan<byte> original, Random random)
    {
        var bytes = original.ToArray().ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
            Change(bytes, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 33), bytes.Count - at);
        switch (random.Next(6))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(at, Stumbles[random.Next(Stumbles.Length)]);
                break;
        }
    }
}
