using System.Buffers.Binary;
using System.Text;

namespace ClaudeBot.Egress;

/// <summary>The first message of TLS (RFC 8446, 4.1.2), in one record as clients send it.</summary>
/// <param name="Record">Its bytes, with the record's header.</param>
/// <param name="ServerName">The host name it asks for (RFC 6066, 3); null when it asks for none.</param>
internal sealed record ClientHello(byte[] Record, string? ServerName)
{
    private const byte Handshake = 22;
    private const int LongestRecord = 16 * 1024;

    /// <summary>Null when the client speaks something else.</summary>
    public static async Task<ClientHello?> ReadAsync(Stream client, CancellationToken cancellationToken)
    {
        var header = new byte[5];
        try
        {
            await client.ReadExactlyAsync(header, cancellationToken);
            var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
            if (header[0] != Handshake || length > LongestRecord)
                return null;
            var record = new byte[header.Length + length];
            header.CopyTo(record, 0);
            await client.ReadExactlyAsync(record.AsMemory(header.Length), cancellationToken);
            return new ClientHello(record, NameIn(record.AsSpan(header.Length)));
        }
        catch (Exception fault) when (fault is EndOfStreamException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It is cut short.</exception>
    private static string? NameIn(ReadOnlySpan<byte> hello)
    {
        const byte clientHello = 1;
        const ushort serverName = 0;
        if (hello is not [clientHello, ..])
            return null;
        // Type and length (4), version (2), random (32); then session id, cipher suites and compression methods.
        hello = hello[38..];
        Take(ref hello, 1);
        Take(ref hello, 2);
        Take(ref hello, 1);
        var extensions = Take(ref hello, 2);
        while (extensions.Length > 0)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            var body = Take(ref extensions, 2);
            if (type != serverName)
                continue;
            var names = Take(ref body, 2);
            if (names is not [0, ..])
                return null;
            names = names[1..];
            return Encoding.ASCII.GetString(Take(ref names, 2));
        }

        return null;
    }

    /// <summary>Takes a vector: its length in one or two bytes, and that many bytes.</summary>
    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> from, int lengthBytes)
    {
        var length = lengthBytes == 1 ? from[..1][0] : BinaryPrimitives.ReadUInt16BigEndian(from);
        var taken = from.Slice(lengthBytes, length);
        from = from[(lengthBytes + length)..];
        return taken;
    }
}
