using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Brings a database to the schema of this program: numbered scripts, each applied once, all in one transaction.</summary>
internal static class SqliteSchema
{
    private const string Folder = ".Ledger.Sqlite.Migrations.";

    /// <summary>The newest version this program knows.</summary>
    public static int Newest => Scripts().Max(script => script.Version);

    /// <param name="backups">Where a copy of the ledger is left before the first change to it.</param>
    /// <exception cref="LedgerVersionException">The database was written by a newer program.</exception>
    /// <exception cref="LedgerUnavailableException">The copy cannot be written; nothing was changed.</exception>
    public static void Migrate(SqliteConnection connection, TimeProvider time, string backups)
    {
        var found = Applied(connection);
        EnsureKnown(connection, found);
        if (found.Count > 0 && Pending(found).FirstOrDefault() is { Sql: not null } first)
            KeepCopy(connection, backups, first.Version);

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
            // Another process may have been faster.
            found = Applied(connection);
            EnsureKnown(connection, found);
            foreach (var (version, sql) in Pending(found))
            {
                connection.Execute(sql);
                connection.Execute(
                    "INSERT INTO schema_version (version, applied_at) VALUES (@version, @at)",
                    new { version, at = LedgerUnits.ToMicroseconds(time.GetUtcNow()) });
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>What <see cref="Migrate"/> would do to a database that has a schema; null: nothing.</summary>
    public static LedgerUpgrade? PendingUpgrade(SqliteConnection connection) =>
        Applied(connection) is { Count: > 0 } found && found.Max() <= Newest && Pending(found).Any() ? new LedgerUpgrade(found.Max(), Newest) : null;

    /// <summary>The versions that the database has; none for an empty one.</summary>
    public static IReadOnlyList<int> Applied(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'") == 0
            ? []
            : [.. connection.Query<int>("SELECT version FROM schema_version")];

    private static IEnumerable<(int Version, string Sql)> Pending(IReadOnlyList<int> applied) =>
        Scripts().Where(script => !applied.Contains(script.Version)).OrderBy(script => script.Version);

    private static void EnsureKnown(SqliteConnection connection, IReadOnlyList<int> applied)
    {
        if (applied.DefaultIfEmpty().Max() is var found && found > Newest)
        {
            throw new LedgerVersionException(
                $"The ledger {connection.DataSource} has schema {found}, this program knows {Newest}: it was written by a newer version. Start that version, or restore the backup made before the upgrade.");
        }
    }

    private static void KeepCopy(SqliteConnection connection, string backups, int version)
    {
        var file = Path.Combine(backups, string.Create(CultureInfo.InvariantCulture, $"ledger-before-{version:0000}.db"));
        var part = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            OwnerOnly.CreateDirectory(backups);
            SqliteBackup.Write(connection, part);
            File.Move(part, file, overwrite: true);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (File.Exists(part))
                File.Delete(part);
            throw new LedgerUnavailableException(
                $"The ledger {connection.DataSource} has to be upgraded, and its copy {file} could not be written first: {exception.Message} Nothing was changed; make room there and start again.",
                exception);
        }
    }

    private static IEnumerable<(int Version, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var start = name.IndexOf(Folder, StringComparison.Ordinal);
            if (start < 0)
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.AsSpan(start + Folder.Length, 4), CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
