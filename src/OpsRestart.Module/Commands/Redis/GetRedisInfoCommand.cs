namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "RedisInfo")]
[OutputType(typeof(RedisServerInfo))]
public sealed class GetRedisInfoCommand : RedisCommandBase
{
    private readonly List<string> _addresses = [];

    /// <summary>Hosts (<c>cache-2</c>, <c>cache-2:6380</c>) or URIs (<c>redis:// rediss:// unix://</c>). Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    protected override void ProcessRecord() => _addresses.AddRange(Target.Select(Address));

    protected override void EndProcessing() => Run(ReadAllAsync);

    private async Task ReadAllAsync(Pump pump)
    {
        var asked = _addresses.Select(a => TryAsync(a, address => ReadAsync(address, pump.Stopping), pump)).ToList();
        foreach (var answer in asked)
        {
            if (await answer.ConfigureAwait(false) is { } info)
            {
                await pump.OutputAsync(info).ConfigureAwait(false);
            }
        }
    }

    private async Task<RedisServerInfo> ReadAsync(string address, CancellationToken cancellationToken)
    {
        var info = await Session.RedisReader.ReadAsync(address, cancellationToken).ConfigureAwait(false);
        Session.Brokers.Remember(info.Target, address);
        return info;
    }
}
