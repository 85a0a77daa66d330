using System.Text.Json;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.RunStore;

public sealed class SuspensionStoreTests : IDisposable
{
    private static readonly QueueSuspension Suspension = new()
    {
        Id = "../../etc/x",
        System = "celery",
        Broker = "redis://localhost/0",
        Queues = ["mail"],
        Workers = new Dictionary<string, IReadOnlyList<string>> { ["w1"] = ["mail"] },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-suspensions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_saved_is_listed_until_it_is_removed()
    {
        var store = new SuspensionStore(_folder);
        store.Save(Suspension);
        var record = Assert.Single(store.List());
        Assert.True(record.IsOwnerAlive);
        Assert.Equal(
            (Suspension.Id, Environment.ProcessId, "mail"),
            (record.Suspension.Id, record.OwnerPid, record.Suspension.Workers["w1"][0])
        );
        Assert.Single(Directory.GetFiles(_folder));
        store.Remove(Suspension.Id);
        Assert.Empty(store.List());
    }

    [Fact]
    public void A_later_process_with_the_same_number_or_a_later_boot_is_not_the_owner()
    {
        var store = new SuspensionStore(_folder);
        store.Save(Suspension);
        var file = Directory.GetFiles(_folder)[0];
        var record = JsonSerializer.Deserialize<SuspensionRecord>(File.ReadAllText(file))!;
        File.WriteAllText(file, JsonSerializer.Serialize(record with { OwnerStartTicks = record.OwnerStartTicks - 1 }));
        Assert.False(Assert.Single(store.List()).IsOwnerAlive);
        File.WriteAllText(file, JsonSerializer.Serialize(record with { OwnerBoot = "another" }));
        Assert.False(Assert.Single(store.List()).IsOwnerAlive);
        File.WriteAllText(file, JsonSerializer.Serialize(record));
        Assert.True(Assert.Single(store.List()).IsOwnerAlive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"Suspension\":null}")]
    [InlineData("{\"Suspension\":{}}")]
    [InlineData("{\"Suspension\":{\"Id\":null,\"System\":null,\"Broker\":null}}")]
    [InlineData("{\"Suspension\":{\"Id\":\"a\",\"System\":\"rq\",\"Broker\":\"b\",\"Queues\":null}}")]
    [InlineData("{\"Suspension\":{\"Id\":\"a\",\"System\":\"rq\",\"Broker\":\"b\",\"Workers\":{\"w\":null}}}")]
    [InlineData("{\"Suspension\":{\"Id\":\"a\",\"System\":\"rq\",\"Broker\":\"b\",\"Settings\":null}}")]
    [InlineData("{\"Suspension\":{\"Id\":\"\\ud800\",\"System\":\"rq\",\"Broker\":\"b\"},\"OwnerPid\":1e99}")]
    [InlineData("{\"Suspension\":{\"Id\":\"a\",\"System\":\"rq\",\"Bro")]
    public void A_record_of_another_shape_is_none_and_hides_no_other(string text)
    {
        var store = new SuspensionStore(_folder);
        store.Save(Suspension);
        File.WriteAllText(Path.Combine(_folder, "0.json"), text);
        Directory.CreateDirectory(Path.Combine(_folder, "1.json"));
        Assert.Equal(Suspension.Id, Assert.Single(store.List()).Suspension.Id);
    }
}
