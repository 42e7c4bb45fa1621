using ClaudeBot.Ledger.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Tests.Ledger;

/// <summary>A statement that is kept compiled answers as one that is not.</summary>
public sealed class PreparedConnectionTests : IDisposable
{
    private const string Insert = "INSERT INTO notes (id, text) VALUES (@id, @text)";
    private const string Texts = "SELECT text FROM notes WHERE id >= @id ORDER BY id";

    private readonly PreparedConnection _connection = new("Data Source=:memory:");

    public PreparedConnectionTests()
    {
        _connection.Open();
        _connection.Execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'one'), (2, 'two')");
    }

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Each_time_it_gets_its_own_values()
    {
        _connection.Query<string?>(Texts, new { id = 2 }).ShouldBe(["two"]);
        _connection.Execute(Insert, new[] { new { id = 3, text = (string?)"three" }, new { id = 4, text = (string?)null } }).ShouldBe(2);
        _connection.Query<string?>(Texts, new { id = 2 }).ShouldBe(["two", "three", null]);
        _connection.ExecuteScalar<string?>(Texts, new { id = 4 }).ShouldBeNull();
    }

    [Fact]
    public void One_that_failed_works_again_and_holds_no_savepoint_open()
    {
        for (var round = 0; round < 2; round++)
        {
            _connection.Execute("SAVEPOINT job");
            Should.Throw<SqliteException>(() => _connection.Execute(Insert, new { id = 1, text = "again" })).SqliteErrorCode.ShouldBe(19);
            _connection.Execute("ROLLBACK TO job");
            _connection.Execute("RELEASE job");
            _connection.Execute(Insert, new { id = 10 + round, text = "new" }).ShouldBe(1);
        }

        _connection.ExecuteScalar<long>("SELECT count(*) FROM notes").ShouldBe(4);
    }

    [Fact]
    public void The_same_question_may_be_asked_while_its_answer_is_read()
    {
        using var outer = _connection.ExecuteReader(Texts, new { id = 1 });
        outer.Read().ShouldBeTrue();
        _connection.Query<string>(Texts, new { id = 2 }).ShouldBe(["two"]);
        outer.Read().ShouldBeTrue();
        outer.GetString(0).ShouldBe("two");
        outer.Read().ShouldBeFalse();
    }

    [Fact]
    public void A_table_that_was_changed_meanwhile_is_seen_as_it_is()
    {
        _connection.Query("SELECT * FROM notes").Count().ShouldBe(2);
        _connection.Execute("ALTER TABLE notes ADD COLUMN more TEXT DEFAULT 'x'");
        _connection.Query<(long, string, string)>("SELECT * FROM notes").ShouldAllBe(row => row.Item3 == "x");
    }
}
