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

    /// <exception cref="LedgerVersionException">The database was written by a newer program.</exception>
    public static void Migrate(SqliteConnection connection, TimeProvider time)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
            var found = connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM schema_version");
            if (found > Newest)
            {
                throw new LedgerVersionException(
                    $"The ledger {connection.DataSource} has schema {found}, this program knows {Newest}: it was written by a newer version. Start that version, or restore the backup made before the upgrade.");
            }

            foreach (var (version, sql) in Scripts().Where(script => script.Version > found).OrderBy(script => script.Version))
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
