package vzguard.controller.identity;

import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.Optional;
import vzguard.v1.EnrolmentGrpc;
import vzguard.v1.FleetGrpc;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.OutsideGrpc;

/** Which role a method asks for. A method that is not in the table is refused to everybody. */
final class Permissions {
    private static final Map<String, Role> METHODS = Map.ofEntries(
            method(EnrolmentGrpc.getEnrolMethod(), Role.NONE),
            method(EnrolmentGrpc.getRenewMethod(), Role.AGENT),
            method(FleetGrpc.getConnectMethod(), Role.AGENT),
            method(FleetGrpc.getUploadMethod(), Role.AGENT),
            method(OutsideGrpc.getLookMethod(), Role.AGENT),
            method(OperatorGrpc.getGetStatusMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListHostsMethod(), Role.OPERATOR),
            method(OperatorGrpc.getGetHostMethod(), Role.OPERATOR),
            method(OperatorGrpc.getLabelHostMethod(), Role.OPERATOR),
            method(OperatorGrpc.getForgetHostMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListVesMethod(), Role.OPERATOR),
            method(OperatorGrpc.getGetVeMethod(), Role.OPERATOR),
            method(OperatorGrpc.getApplyPolicyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListPoliciesMethod(), Role.OPERATOR),
            method(OperatorGrpc.getGetPolicyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getGetPolicyHistoryMethod(), Role.OPERATOR),
            method(OperatorGrpc.getDiffPolicyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getDeletePolicyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getPlanPolicyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getStartRolloutMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListRolloutsMethod(), Role.OPERATOR),
            method(OperatorGrpc.getGetRolloutMethod(), Role.OPERATOR),
            method(OperatorGrpc.getWatchRolloutMethod(), Role.OPERATOR),
            method(OperatorGrpc.getControlRolloutMethod(), Role.OPERATOR),
            method(OperatorGrpc.getRestartVesMethod(), Role.OPERATOR),
            method(OperatorGrpc.getDiagnoseMethod(), Role.OPERATOR),
            method(OperatorGrpc.getProveMethod(), Role.OPERATOR),
            method(OperatorGrpc.getWhyMethod(), Role.OPERATOR),
            method(OperatorGrpc.getCreateTokenMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListTokensMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListBansMethod(), Role.OPERATOR),
            method(OperatorGrpc.getChangeBanMethod(), Role.OPERATOR),
            method(OperatorGrpc.getListAuditMethod(), Role.OPERATOR));

    private Permissions() {}

    static Optional<Role> roleFor(String fullMethodName) {
        return Optional.ofNullable(METHODS.get(fullMethodName));
    }

    private static Map.Entry<String, Role> method(MethodDescriptor<?, ?> method, Role role) {
        return Map.entry(method.getFullMethodName(), role);
    }
}
