namespace ClaudeBot.Operations.Doctor;

/// <summary>How bad it is.</summary>
public enum FindingLevel
{
    Ok,
    /// <summary>The bot works, but not as well as it could, or not for much longer.</summary>
    Warning,
    /// <summary>Something does not work.</summary>
    Fault,
}

/// <summary>What a fault is about; it decides the exit code.</summary>
public enum FaultKind
{
    Other,
    Unavailable,
    Authentication,
    Configuration,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Check">What was looked at, in a word or two.</param>
/// <param name="What">What was found, in a sentence; outside text in it is not masked yet.</param>
/// <param name="Remedy">What to do; null when nothing is to be done.</param>
public sealed record Finding(string Check, FindingLevel Level, string What, string? Remedy)
{
    public FaultKind Kind { get; init; }

    /// <summary>Mends it and says what was done; null where only a person can.</summary>
    public Func<CancellationToken, Task<string>>? Cure { get; init; }

    public static Finding Ok(string check, string what) => new(check, FindingLevel.Ok, what, null);

    public static Finding Warning(string check, string what, string remedy) => new(check, FindingLevel.Warning, what, remedy);

    public static Finding Fault(string check, FaultKind kind, string what, string remedy) => new(check, FindingLevel.Fault, what, remedy) { Kind = kind };
}

/// <summary>Looks at one part of the installation; changes nothing.</summary>
internal interface IExamination
{
    /// <summary>For the finding that tells of a look that failed itself.</summary>
    string Subject { get; }

    IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken);
}
