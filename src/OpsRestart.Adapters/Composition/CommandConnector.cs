using OpsRestart.Adapters.CommandServices;

namespace OpsRestart.Adapters.Composition;

/// <summary>Nodes that are managed by commands: there is nothing to connect to, and each has a manager of its own.</summary>
internal sealed class CommandConnector(TimeProvider time) : IManagerConnector
{
    private readonly CommandServiceLog _log = new(time);

    public ManagerTarget Complete(ManagerTarget target) => target;

    public Task<IServiceManager> ConnectAsync(ManagerTarget target, CancellationToken cancellationToken) =>
        target.Own is { } own
            ? Task.FromResult<IServiceManager>(new CommandServiceManager(own.Service, own.Commands, _log, time))
            : throw new OpsRestartException(
                OpsError.InvalidArgument,
                "A service that is managed by commands is known to its graph alone.",
                null,
                "Name it as a node of its graph."
            );

    public IServiceLog OpenLog(ManagerTarget target) => _log;
}
