using ClaudeBot.Configuration;
using ClaudeBot.Secrets;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace ClaudeBot.Tests.Deployment;

/// <summary>The manifests in deploy/kubernetes, read into the API's own types: a misspelt field does not load.</summary>
public sealed class KubernetesTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "deploy", "kubernetes");

    private static readonly Lazy<IReadOnlyList<object>> All = new(() =>
    [
        .. Directory.GetFiles(Folder, "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true)),
    ]);

    private static IEnumerable<V1Deployment> Deployments => All.Value.OfType<V1Deployment>();

    public static TheoryData<string> Names => ["claude-bot", "claude-status-web"];

    [Fact]
    public void Everything_is_in_the_one_namespace_and_kustomize_applies_all_but_the_secrets()
    {
        var space = All.Value.OfType<V1Namespace>().ShouldHaveSingleItem().Name();
        space.ShouldBe("claude-bot");
        All.Value.OfType<IMetadata<V1ObjectMeta>>().Where(thing => thing is not V1Namespace).ShouldAllBe(thing => thing.Metadata.NamespaceProperty == space);
        All.Value.Count.ShouldBe(All.Value.OfType<IMetadata<V1ObjectMeta>>().Count());

        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, "kustomization.yaml"))));
        var named = ((YamlSequenceNode)yaml.Documents[0].RootNode["resources"]).Select(node => node.ToString());
        named.ShouldBe(Directory.GetFiles(Folder, "*.yaml").Select(Path.GetFileName).Except(["kustomization.yaml", "secrets.yaml"]), ignoreOrder: true);
    }

    [Theory]
    [InlineData("claude-bot", "run", "webhooks:8088 metrics:8000")]
    [InlineData("claude-status-web", "web", "http:5000")]
    public void Each_container_runs_its_verb_and_its_ports_are_those_of_the_configuration_the_service_and_the_policy(string name, string verb, string ports)
    {
        var container = Container(name);
        container.Args.ShouldBe([verb]);
        string.Join(' ', container.Ports.Select(port => $"{port.Name}:{port.ContainerPort}")).ShouldBe(ports);

        var service = All.Value.OfType<V1Service>().Single(service => service.Name() == name);
        service.Spec.Selector.ShouldBe(Deployment(name).Spec.Template.Metadata.Labels);
        string.Join(' ', service.Spec.Ports.Select(port => $"{port.TargetPort.Value}:{port.Port}")).ShouldBe(ports);

        var policy = All.Value.OfType<V1NetworkPolicy>().Single(policy => policy.Name() == name);
        policy.Spec.PodSelector.MatchLabels.ShouldBe(Deployment(name).Spec.Template.Metadata.Labels);
        policy.Spec.Ingress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value).Order().ShouldBe(container.Ports.Select(port => $"{port.ContainerPort}").Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_configuration_is_one_that_the_program_takes(string name)
    {
        var map = All.Value.OfType<V1ConfigMap>().Single(map => map.Name() == name);
        Container(name).EnvFrom.ShouldHaveSingleItem().ConfigMapRef.Name.ShouldBe(name);
        var configuration = ConfigurationReader.Read(
            new ConfigurationInputs { Environment = new Dictionary<string, string>(map.Data), SecretsDirectory = "/nonexistent" }, new SecretMask(), TimeProvider.System);
        configuration.Faults.ShouldBeEmpty();
        configuration.Warnings.ShouldBeEmpty();
        foreach (var key in map.Data.Keys)
            SettingsCatalogue.Find(key).ShouldNotBeNull(key).IsSecret.ShouldBeFalse(key);
    }

    [Fact]
    public void The_bot_reports_to_the_status_web_by_the_name_and_port_of_its_service()
    {
        var address = new Uri(All.Value.OfType<V1ConfigMap>().Single(map => map.Name() == "claude-bot").Data["STATUS_WEB_URL"]);
        var service = All.Value.OfType<V1Service>().Single(service => service.Name() == address.Host);
        service.Spec.Ports.ShouldContain(port => port.Port == address.Port);
        var policy = All.Value.OfType<V1NetworkPolicy>().Single(policy => policy.Name() == "claude-bot");
        policy.Spec.Egress.SelectMany(rule => rule.Ports).ShouldContain(port => port.Port.Value == $"{address.Port}");
    }

    [Theory]
    [InlineData("claude-bot", "GITHUB_TOKEN GITHUB_WEBHOOK_SECRET ANTHROPIC_API_KEY STATUS_TOKEN")]
    [InlineData("claude-status-web", "STATUS_TOKEN")]
    public void Secrets_are_mounted_where_the_program_looks_for_them_and_hold_no_value(string name, string settings)
    {
        var secret = All.Value.OfType<V1Secret>().Single(secret => secret.Name() == name);
        secret.StringData.Keys.ShouldBe(settings.Split(' ').Select(setting => SettingsCatalogue.Find(setting).ShouldNotBeNull().Name.ToLowerInvariant()));
        secret.StringData.Values.ShouldAllBe(value => value.Length == 0);

        var volume = Deployment(name).Spec.Template.Spec.Volumes.Single(volume => volume.Secret?.SecretName == name);
        var mount = Container(name).VolumeMounts.Single(mount => mount.Name == volume.Name);
        (mount.MountPath, mount.ReadOnlyProperty).ShouldBe((ConfigurationInputs.DockerSecrets, true));
        Container(name).Env.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pods_run_without_root_capabilities_or_a_cluster_credential_within_limits(string name)
    {
        var (pod, container) = (Deployment(name).Spec.Template.Spec, Container(name));
        pod.AutomountServiceAccountToken.ShouldBe(false);
        pod.SecurityContext.RunAsNonRoot.ShouldBe(true);
        pod.SecurityContext.RunAsUser.ShouldBe(10001);
        (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem, container.SecurityContext.Privileged).ShouldBe((false, true, null));
        container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"]);
        container.SecurityContext.Capabilities.Add.ShouldBeNull();
        container.Resources.Limits.Keys.ShouldBeSubsetOf(["cpu", "memory", "ephemeral-storage"]);
        container.Resources.Requests.Keys.ShouldBe(container.Resources.Limits.Keys);
        foreach (var probe in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe })
            container.Ports.ShouldContain(port => port.Name == probe.HttpGet.Port.Value);
    }

    [Fact]
    public void The_bots_pod_has_what_its_sandbox_needs_and_the_status_webs_has_not()
    {
        var bot = Deployment("claude-bot").Spec.Template.Spec;
        bot.HostUsers.ShouldBe(false);
        Container("claude-bot").SecurityContext.ProcMount.ShouldBe("Unmasked");
        Container("claude-bot").SecurityContext.SeccompProfile.Type.ShouldBe("Localhost");
        Container("claude-status-web").SecurityContext.ProcMount.ShouldBeNull();
        Deployment("claude-status-web").Spec.Template.Spec.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
    }

    [Fact]
    public void The_one_bot_goes_before_the_next_comes_and_has_time_to_park()
    {
        var bot = Deployment("claude-bot");
        (bot.Spec.Replicas, bot.Spec.Strategy.Type).ShouldBe((1, "Recreate"));
        bot.Spec.Template.Spec.TerminationGracePeriodSeconds.ShouldNotBeNull().ShouldBeGreaterThan(25);
    }

    [Fact]
    public void Every_volume_of_the_pods_is_made_and_used_and_writes_go_to_volumes_only()
    {
        foreach (var deployment in Deployments)
        {
            var spec = deployment.Spec.Template.Spec;
            spec.Containers[0].VolumeMounts.Select(mount => mount.Name).ShouldBe(spec.Volumes.Select(volume => volume.Name), ignoreOrder: true);
            var map = All.Value.OfType<V1ConfigMap>().Single(map => map.Name() == deployment.Name()).Data;
            foreach (var folder in map.Where(pair => pair.Key.EndsWith("_DIR", StringComparison.Ordinal)).Select(pair => pair.Value))
                spec.Containers[0].VolumeMounts.ShouldContain(mount => mount.MountPath == folder && mount.ReadOnlyProperty != true);
        }

        var claimed = Deployments.SelectMany(deployment => deployment.Spec.Template.Spec.Volumes).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>();
        claimed.ShouldBe(All.Value.OfType<V1PersistentVolumeClaim>().Select(claim => claim.Name()), ignoreOrder: true);
    }

    private static V1Deployment Deployment(string name) => Deployments.Single(deployment => deployment.Name() == name);

    private static V1Container Container(string name) => Deployment(name).Spec.Template.Spec.Containers.ShouldHaveSingleItem();
}
