namespace ClaudeBot.Images;

/// <summary>How much of an issue's images is fetched and shown.</summary>
public sealed record ImageOptions
{
    /// <summary>Images of one task; what comes after them on the page is left out.</summary>
    public int Most { get; init; } = 10;

    /// <summary>One image as it is fetched, in bytes.</summary>
    public int MostBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>All images of a task as they are fetched, in bytes.</summary>
    public long MostBytesInAll { get; init; } = 40 * 1024 * 1024;

    /// <summary>How long one image may take to arrive.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long all images of a task may take, reading them included.</summary>
    public TimeSpan TimeoutInAll { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long the program that reads one image may take.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The memory of that program, in bytes.</summary>
    public long ReadMemory { get; init; } = 1L << 30;

    /// <summary>The program that reads an untrusted image: the assembly beside this one, whose verb <c>image</c> is <see cref="ImageReencoder"/>.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "ClaudeBot.dll");
}
