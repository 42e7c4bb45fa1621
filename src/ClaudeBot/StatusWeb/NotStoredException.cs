namespace ClaudeBot.StatusWeb;

/// <summary>A file of STATUS_DATA_DIR cannot be written. The message is the system's reason.</summary>
internal sealed class NotStoredException(Exception fault) : Exception(fault.Message, fault)
{
    // As errno says it: the disk, or the share of it that is ours, is full.
    private const int DiskFull = 28;
    private const int QuotaReached = 122;

    private bool IsFull => InnerException is IOException { HResult: DiskFull or QuotaReached };

    /// <summary>To answer with.</summary>
    public int Status => IsFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable;

    /// <summary>For whoever sent it.</summary>
    /// <param name="what">Begins the sentence: <c>The report</c>.</param>
    /// <param name="left">What did not happen: <c>it was not taken</c>.</param>
    public string Sentence(string what, string left) => IsFull
        ? $"The disk of STATUS_DATA_DIR is full, and {left}. Make room there"
        : $"{what} cannot be stored in STATUS_DATA_DIR, and {left}: {Message}";
}
