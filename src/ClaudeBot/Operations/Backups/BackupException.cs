namespace ClaudeBot.Operations.Backups;

/// <summary>A backup could not be made or restored; the message says why and what to do. Nothing half is left behind.</summary>
public sealed class BackupException(string message, Exception? innerException = null) : Exception(message, innerException);
