namespace ClaudeBot.Gateway;

/// <summary>
/// Writes through to the client at once, and shows each piece to a meter first, so that a client that went away is
/// charged too. An answer over the limit breaks off.
/// </summary>
/// <param name="limit">In bytes.</param>
internal sealed class MeteredStream(Stream client, UsageMeter meter, long limit) : Stream
{
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => client.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Meter(buffer.Span);
        return client.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Meter(buffer.AsSpan(offset, count));
        client.Write(buffer, offset, count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Meter(ReadOnlySpan<byte> piece)
    {
        meter.Feed(piece);
        if ((_length += piece.Length) > limit)
            throw new IOException($"The answer has more than {limit} bytes.");
    }
}
